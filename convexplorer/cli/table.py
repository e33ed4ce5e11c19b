"""The commands by their names; every other first word is for the window."""

# Where each is, as module:function: imported when it is named, so that the window opens quickly.
COMMANDS = {
    "apply": "batch:apply",
    "value": "value:value",
    "export": "networks:export",
    "summary": "networks:summary",
    "patches": "units:patches",
    "statistics": "units:statistics",
    "compare": "comparing:compare",
    "kernels": "listing:list_kernels",
    "response": "response:response",
    "layers": "listing:list_layers",
    "cameras": "listing:list_cameras",
}
