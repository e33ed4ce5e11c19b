"""Files that PyTorch writes (`.pt`, `.pth`, `.bin`), read without torch and without pickle."""
