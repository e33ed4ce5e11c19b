"""The table of forms in which kernels leave; apart from the package, because it loads every module."""

from collections.abc import Callable

from convexplorer._dataclass import dataclass
from convexplorer.export.kernel_code import (
    c_code,
    ffmpeg_code,
    gimp_code,
    gmic_code,
    imagej_code,
    keras_code,
    magick_code,
    matlab_code,
    numpy_code,
    object_code,
    opencv_code,
    pillow_code,
    scipy_code,
    script_code,
    shader_code,
    svg_code,
    table_code,
    torch_code,
    vapoursynth_code,
    vips_code,
)
from convexplorer.export.kernel_code.leaving import Leaving


@dataclass(frozen=True)
class KernelForm:
    """A form in which kernels leave.

    Attributes
    ----------
    label, tip : its name for the user, and what it is.
    suffix : of a file with it.
    write : returns the text; ValueError says what the form cannot hold at all.
    keywords : further words by which it is found.
    """

    label: str
    tip: str
    suffix: str
    write: Callable[[Leaving], str]
    keywords: str = ""


#: The forms in which kernels leave, by their names on the command line.
KERNEL_FORMS: dict[str, KernelForm] = {
    "numpy": KernelForm("NumPy", "An array with what it is in comments.", ".py", numpy_code.code, "python"),
    "opencv": KernelForm(
        "OpenCV", "cv2.filter2D with border and bias.", ".py", opencv_code.code, "python cv2 filter2D"
    ),
    "scipy": KernelForm("SciPy", "ndimage.correlate with border and bias.", ".py", scipy_code.code, "python ndimage"),
    "keras": KernelForm("Keras", "A Conv2D layer with its weights.", ".py", keras_code.code, "python tensorflow"),
    "torch": KernelForm("PyTorch", "F.conv2d with its weights.", ".py", torch_code.code, "python pytorch"),
    "pillow": KernelForm("Pillow", "ImageFilter.Kernel, up to 5×5.", ".py", pillow_code.code, "python PIL"),
    "script": KernelForm(
        "Python script", "Reads a picture, applies the filters, saves the maps.", ".py", script_code.code, "program"
    ),
    "matlab": KernelForm("MATLAB", "imfilter, also for Octave.", ".m", matlab_code.code, "octave imfilter"),
    "c": KernelForm("C", "Rows of numbers for C, C++ and their relatives.", ".h", c_code.code, "c++ array"),
    "glsl": KernelForm(
        "GLSL", "A list of floats and the loop of a shader.", ".glsl", shader_code.code, "shader opengl"
    ),
    "sharp": KernelForm("JavaScript, sharp", "The object that convolve takes.", ".js", object_code.code, "json node"),
    "magick": KernelForm("ImageMagick", "A command with -morphology Correlate.", ".sh", magick_code.code, "convert"),
    "ffmpeg": KernelForm("ffmpeg", "A command with whole weights and a factor.", ".sh", ffmpeg_code.code, "video"),
    "gmic": KernelForm("G'MIC", "A command with correlate.", ".sh", gmic_code.code, "gmic"),
    "imagej": KernelForm("ImageJ", "A macro with Convolve….", ".ijm", imagej_code.code, "fiji"),
    "gimp": KernelForm("GIMP", "GEGL's convolution-matrix, up to 5×5.", ".sh", gimp_code.code, "gegl"),
    "vips": KernelForm("libvips", "A mask, and the command that applies it.", ".sh", vips_code.code, "vips"),
    "svg": KernelForm("SVG", "A filter with feConvolveMatrix.", ".svg", svg_code.code, "css web"),
    "vapoursynth": KernelForm("VapourSynth", "std.Convolution, up to 5×5.", ".vpy", vapoursynth_code.code, "video"),
    "tab": KernelForm("Spreadsheet", "Numbers between tabs.", ".tsv", table_code.tabs, "excel calc tabs"),
    "csv": KernelForm("CSV", "Names, biases and rows.", ".csv", table_code.csv, "table"),
    "markdown": KernelForm("Markdown", "A table for each plane.", ".md", table_code.markdown, "table"),
    "latex": KernelForm("LaTeX", "A matrix for each plane.", ".tex", table_code.latex, "tex bmatrix"),
}


def kernel_text(form: str, leaving: Leaving) -> str:
    """Return filters in a form of the table.

    Raises
    ------
    ValueError : the form is unknown, or cannot hold these filters; the text is a sentence for the user.

    Examples
    --------
    >>> from convexplorer.export.kernel_code.leaving import of_filters
    >>> from convexplorer.kernels.presets import make_filter
    >>> print(kernel_text("tab", of_filters([make_filter("sobel-x")])), end="")
    -1	0	1
    -2	0	2
    -1	0	1
    """
    if form not in KERNEL_FORMS:
        raise ValueError(f"a form is one of {', '.join(KERNEL_FORMS)}; got {form!r}")
    text = KERNEL_FORMS[form].write(leaving)
    return text if text.endswith("\n") else f"{text}\n"
