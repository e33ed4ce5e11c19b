"""Files of Keras in HDF5, read with h5py, which is installed as an extra."""
