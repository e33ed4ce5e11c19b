"""The sliding window as a film: player, bar, and export."""
