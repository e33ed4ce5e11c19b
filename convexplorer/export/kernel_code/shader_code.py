"""GLSL: the weights as a list, row by row, and the loop that applies them."""

from convexplorer.export.kernel_code.leaving import (
    CHANNELS_ADDED,
    Leaving,
    commented,
    finite_plane,
    identifier,
    title_of,
)


def code(leaving: Leaving) -> str:
    """Return a function for each filter on `sampler2D picture`."""
    said = ("The border is that of the texture: edge is GL_CLAMP_TO_EDGE.", CHANNELS_ADDED, *leaving.unusual)
    parts, taken = [commented("//", said)], list[str]()
    for one in leaving.filters:
        plane, notes = finite_plane(one, "GLSL")
        name = identifier(one.name, taken)
        taken.append(name)
        rows, columns = plane.shape
        numbers = ",\n    ".join(", ".join(_float(value) for value in row) for row in plane)
        said = (f"{title_of(one)}; rows from the top. Where y points up, as in OpenGL, rows go down by -1.", *notes)
        parts.append(
            commented("//", said)
            + f"const float {name}[{plane.size}] = float[{plane.size}](\n    {numbers}\n);\n"
            + f"vec4 {name}_at(sampler2D picture, vec2 at, vec2 pixel) {{\n"
            + f"    vec4 total = vec4({_float(one.bias)});\n"
            + f"    for (int r = 0; r < {rows}; r++)\n        for (int c = 0; c < {columns}; c++)\n"
            + f"            total += {name}[r * {columns} + c]\n"
            + f"                * texture(picture, at + vec2(c - {columns // 2}, {rows // 2} - r) * pixel);\n"
            + "    return total;\n}\n"
        )
    return "\n".join(parts)


def _float(value: float) -> str:
    return repr(float(value))
