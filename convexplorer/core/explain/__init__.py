"""Where a value comes from and what it reaches: traces, receptive and effective fields, framework conventions."""
