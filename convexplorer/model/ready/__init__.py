"""Ready networks: well-known layers on layers to open and look into, by hand, as architectures, or trained."""
