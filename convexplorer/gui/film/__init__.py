"""The film of the sliding window: player, bar, and export."""
