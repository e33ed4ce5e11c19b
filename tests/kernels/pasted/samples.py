"""Texts as people paste them, with what each must give: weights as a cross-correlation applies them, and the rest."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

K = np.arange(1.0, 10.0).reshape(3, 3)  # no symmetry: every flip and transposition shows
TURNED = K[::-1, ::-1]
ROWS = "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"
FLAT = "1, 2, 3, 4, 5, 6, 7, 8, 9"
GAUSSIAN = np.outer([1, 2, 1], [1, 2, 1]) / 16


@dataclass(frozen=True)
class Sample:
    text: str
    array: Any
    says: dict[str, Any] = field(default_factory=dict)


SAMPLES: dict[str, Sample] = {
    # Numbers alone, which were read before, too.
    "rows": Sample("1 2 3\n4 5 6\n7 8 9", K),
    "spreadsheet": Sample("1\t2\t3\n4\t5\t6\n7\t8\t9", K),
    "latex": Sample(r"\frac{1}{2}\begin{bmatrix}1&2&3\\4&5&6\\7&8&9\end{bmatrix}", K / 2, {"form": "LaTeX"}),
    "numpy": Sample(f"kernel = np.array({ROWS}, dtype=np.float32) / 9", K / 9, {"form": "NumPy"}),
    "matlab": Sample("K = [1 2 3; 4 5 6; 7 8 9];", K),
    "mathematica": Sample("{{1,2,3},{4,5,6},{7,8,9}}", K),
    # Constructors.
    "np.ones": Sample("np.ones((5,5),np.float32)/25", np.full((5, 5), 0.04)),
    "np.full": Sample("np.full((3, 4), 0.5)", np.full((3, 4), 0.5)),
    "np.eye": Sample("np.eye(3)", np.eye(3)),
    "np.outer": Sample("np.outer([1,2,1],[1,2,1])/16", GAUSSIAN),
    "np.arange": Sample("np.arange(1, 10).reshape(3, 3)", K),
    "sum of matrices": Sample("2*np.eye(3) - np.ones((3,3))/9", 2 * np.eye(3) - 1 / 9),
    "column times row": Sample("[1 2 1]' * [1 0 -1] / 8", np.outer([1, 2, 1], [1, 0, -1]) / 8, {"form": "MATLAB"}),
    "matrix of a text": Sample("np.matrix('1 2 3; 4 5 6; 7 8 9')", K),
    "opencv's box": Sample("kernel = np.ones((3,3))/9\ndst = cv2.filter2D(img,-1,kernel)", np.full((3, 3), 1 / 9)),
    "julia": Sample("reshape(Float32[1, 4, 7, 2, 5, 8, 3, 6, 9], 3, 3)", K),
    "normalised": Sample(f"k = np.array({ROWS})\nk = k / k.sum()", K / 45),
    "in place": Sample(f"k = np.array({ROWS}, float)\nk /= k.sum()", K / 45),
    "motion blur": Sample(
        "k = np.zeros((5,5)); k[int((5-1)/2), :] = np.ones(5); k /= 5", np.pad(np.full((1, 5), 0.2), ((2, 2), (0, 0)))
    ),
    # Flat numbers with a size.
    "reshape": Sample(f"np.array([{FLAT}]).reshape(3, 3)", K),
    "reshape by tuple": Sample(f"np.reshape(np.array([{FLAT}]), (3, -1))", K),
    "torch view": Sample(f"torch.tensor([{FLAT}]).view(1, 1, 3, 3)", K[None, None], {"form": "PyTorch", "axes": ""}),
    "r by row": Sample(f"matrix(c({FLAT}), nrow=3, byrow=TRUE)", K, {"form": "R"}),
    "r by column": Sample(f"k <- matrix(c({FLAT}), nrow = 3)", K.T, {"form": "R"}),
    "r array": Sample(f"array(c({FLAT}), dim = c(3, 3))", K.T),
    "matlab reshape": Sample("reshape([1 2 3 4 5 6 7 8 9], 3, 3)", K.T),
    "c++ stream": Sample(f"cv::Mat k = (cv::Mat_<float>(3,3) << {FLAT}) / 9.f;", K / 9, {"form": "OpenCV"}),
    "c++ Matx": Sample(f"cv::Matx33f k({FLAT}); auto m = cv::Matx33f({FLAT});", K),
    "c declaration": Sample(f"static const float k[3][3] = {{{FLAT}}};", K, {"form": "C"}),
    "c rows": Sample("float k[3][3] = {{1.f,2.f,3.f},{4.f,5.f,6.f},{7.f,8.f,9.f}};", K),
    "elements": Sample("float k[9];\n" + "".join(f"k[{i}] = {i + 1}.0 / 2.0; " for i in range(9)), K / 2),
    # Other languages.
    "glsl list": Sample(f"const float k[9] = float[9]({FLAT});", K, {"form": "GLSL"}),
    "glsl shader": Sample(
        f"void main() {{\n  float k[9] = float[](\n {FLAT});\n  vec3 c = vec3(0.0);\n"
        "  for (int i = 0; i < 9; i++) c += texel[i] * k[i];\n}",
        K,
    ),
    "glsl matrix": Sample(f"mat3 G = mat3({FLAT});", K.T, {"form": "GLSL"}),
    "hlsl": Sample(f"float3x3 k = float3x3({FLAT});", K),
    "java": Sample(f"new Kernel(3, 3, new float[] {{{FLAT}}})", K, {"form": "Java"}),
    "c#": Sample("double[,] k = new double[,] { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } };", K),
    "kotlin": Sample("val k = arrayOf(floatArrayOf(1f,2f,3f), floatArrayOf(4f,5f,6f), floatArrayOf(7f,8f,9f))", K),
    "rust": Sample("let k: [[f32; 3]; 3] = [[1., 2., 3.], [4., 5., 6.], [7., 8., 9.]];", K, {"form": "Rust"}),
    "rust vec": Sample("let k = vec![vec![1.0, 2.0], vec![3.0, 4.0]];", [[1, 2], [3, 4]], {"form": "Rust"}),
    "go": Sample("k := [][]float64{{1, 2}, {3, 4}}", [[1, 2], [3, 4]], {"form": "Go"}),
    "swift": Sample("let k: [[Float]] = [[1, 2], [3, 4]]", [[1, 2], [3, 4]], {"form": "Swift"}),
    "javascript": Sample("const kernel = [\n  [1, 2, 3],\n  [4, 5, 6],\n  [7, 8, 9]\n];", K, {"form": "JavaScript"}),
    # Calls that filter a picture, with their conventions.
    "filter2D": Sample(
        f"out = cv2.filter2D(img, -1, np.array({ROWS}), delta=10, borderType=cv2.BORDER_REPLICATE)",
        K,
        {"form": "OpenCV", "border": "edge", "biases": (10.0,), "bias_unit": "bytes"},
    ),
    "filter2D of c++": Sample(
        f"cv::Mat k = (cv::Mat_<float>(3,3) << {FLAT});\n"
        "cv::filter2D(src, dst, -1, k, cv::Point(-1,-1), 3, cv::BORDER_CONSTANT);",
        K,
        {"border": "zeros", "biases": (3.0,)},
    ),
    "sepFilter2D": Sample(
        "cv2.sepFilter2D(x, -1, np.array([1, 0, -1]), np.array([1, 2, 1]))", np.outer([1, 2, 1], [1, 0, -1])
    ),
    "ndimage.convolve": Sample(
        f"ndimage.convolve(img, np.array({ROWS}), mode='nearest')",
        TURNED,
        {"form": "SciPy", "border": "edge", "is_flipped": True},
    ),
    "ndimage.correlate": Sample(f"scipy.ndimage.correlate(img, np.array({ROWS}))", K, {"border": "symmetric"}),
    "convolve2d": Sample(
        f"signal.convolve2d(img, np.array({ROWS}), mode='same', boundary='symm')", TURNED, {"border": "symmetric"}
    ),
    "imfilter": Sample("B = imfilter(A, [1 2 3; 4 5 6; 7 8 9], 'replicate', 'conv');", TURNED, {"border": "edge"}),
    "conv2": Sample("conv2(A, [1 2 3; 4 5 6; 7 8 9], 'same')", TURNED, {"border": "zeros", "form": "MATLAB"}),
    "conv2d": Sample(
        f"F.conv2d(F.pad(x, (1,1,1,1), mode='replicate'), torch.tensor([[{ROWS}]]), torch.tensor([0.5]))",
        K[None, None],
        {"axes": "OIHW", "border": "edge", "biases": (0.5,), "bias_unit": "values"},
    ),
    "keras": Sample(
        "layer.set_weights([np.array([[[[1.]],[[2.]]],[[[3.]],[[4.]]]]), np.array([0.5])])",
        np.arange(1.0, 5).reshape(2, 2, 1, 1),
        {"axes": "HWIO", "biases": (0.5,)},
    ),
    "printed parameter": Sample(
        f"Parameter containing:\ntensor([[{ROWS}]], requires_grad=True)", K[None, None], {"form": "PyTorch"}
    ),
    "vapoursynth": Sample(
        f"core.std.Convolution(clip, matrix=[{FLAT}], divisor=0, bias=5)",
        K / 45,
        {"divisor": 45.0, "biases": (5.0,), "bias_unit": "bytes"},
    ),
    "pillow": Sample(
        f"im.filter(ImageFilter.Kernel((3, 3), ({FLAT}), scale=2, offset=128))",
        K[::-1] / 2,
        {"form": "Pillow", "divisor": 2.0, "biases": (128.0,)},
    ),
    "sharp": Sample(
        f"await sharp(a).convolve({{ width: 3, height: 3, kernel: [{FLAT}] }}).toFile('b.png');",
        K / 45,
        {"form": "sharp", "border": "edge"},
    ),
    "object": Sample(f'{{"kernel": {ROWS}, "divisor": 3, "bias": 1}}', K / 3, {"divisor": 3.0, "biases": (1.0,)}),
    "php": Sample(
        "imageconvolution($im, array(array(1,2,3), array(4,5,6), array(7,8,9)), 9, 2);", K / 9, {"form": "PHP"}
    ),
    "ImageConvolve": Sample("ImageConvolve[img, {{1,2,3},{4,5,6},{7,8,9}}/2]", TURNED / 2, {"form": "Mathematica"}),
    # Commands.
    "magick kernel": Sample("3x3: 1,2,3 4,5,6 7,8,9", K, {"form": "ImageMagick"}),
    "magick convolve": Sample(
        "convert a.png -morphology Convolve '3x3+1+1: 1 2 3 4 5 6 7 8 9' b.png", TURNED, {"border": "edge"}
    ),
    "magick correlate": Sample(
        "convert a.png -virtual-pixel Black -bias 25% -define convolve:scale=0.5 "
        "-morphology Correlate '3: 1,2,3 4,5,6 7,8,9' b.png",
        K / 2,
        {"border": "zeros", "biases": (0.25,), "bias_unit": "full"},
    ),
    "magick old": Sample('convert a.png -convolve "1,2,3,4,5,6,7,8,9" b.png', K / 45, {"divisor": 45.0}),
    "magick hole": Sample("-morphology Correlate '3x3: nan,1,- 2,3,4 -,5,nan'", [[0, 1, 0], [2, 3, 4], [0, 5, 0]]),
    "ffmpeg": Sample(
        'ffmpeg -i a.png -vf "convolution=' + ":".join(["1 2 3 4 5 6 7 8 9"] * 4) + '" b.png',
        K / 45,
        {"form": "ffmpeg", "border": "reflect"},
    ),
    "ffmpeg options": Sample(
        "convolution=0m='1 2 3 4 5 6 7 8 9':0rdiv=0.5:0bias=3", K / 2, {"biases": (3.0,), "bias_unit": "bytes"}
    ),
    "gmic convolve": Sample("gmic a.png convolve. (1,2,3;4,5,6;7,8,9),1", TURNED, {"form": "G'MIC", "border": "edge"}),
    "gmic correlate": Sample("gmic a.png '(1,2,3;4,5,6;7,8,9)' correlate[0] [1],0 keep[0]", K, {"border": "zeros"}),
    "imagej": Sample(
        'run("Convolve...", "text1=[1 2 3\\n4 5 6\\n7 8 9\\n] normalize");',
        K / 45,
        {"form": "ImageJ", "border": "edge"},
    ),
    "gegl": Sample(
        "gegl:convolution-matrix " + " ".join(f"{'bcd'[c]}{r + 2}={K[r, c]:g}" for r in range(3) for c in range(3)),
        np.pad(K, 1),
        {"form": "GIMP", "border": "edge"},
    ),
    # Markup and tables.
    "svg": Sample(
        '<feConvolveMatrix order="3" kernelMatrix="1 2 3 4 5 6 7 8 9" divisor="2" bias="0.5" edgeMode="none"/>',
        TURNED / 2,
        {"form": "SVG", "border": "zeros", "biases": (0.5,), "bias_unit": "full", "is_flipped": True},
    ),
    "libvips": Sample("3 3 8 1\n1 2 3\n4 5 6\n7 8 9", K / 8, {"form": "libvips", "divisor": 8.0, "biases": (1.0,)}),
    "halcon": Sample(
        "2 4 2\n1 2 3 4\n5 6 7 8\n", np.arange(1.0, 9).reshape(2, 4) / 2, {"form": "HALCON", "divisor": 2.0}
    ),
    "markdown": Sample("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |", [[1, 2], [3, 4]]),
    "drawn": Sample("⎡1 2 3⎤\n⎢4 5 6⎥\n⎣7 8 9⎦", K),
}
