"""Networks of Keras: every layer computes what Keras computed, in every format and order of axes."""

import numpy as np
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.build import choose_input
from convexplorer.model.opening.keras_layers import keras_network
from convexplorer.model.opening.keras_weights import NumberedWeights
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.sources.frame import Frame
from tests.model.opening.comparing import computed
from tests.networks.keras_files import FOLDER, opened, reference

FILES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".keras", ".h5") or path.is_dir())
WHOLE = [name for name in FILES if "own_code" not in name]


def prepared(network, x):
    """Return a picture of bytes, or of numbers if the network does not prepare it, as its first layer gets it."""
    preprocessing = network.preprocessing
    if preprocessing is None or not in_preprocessing(network):
        return x
    low, high = preprocessing.low, preprocessing.high
    mean, deviation = (np.reshape(one, (-1, 1, 1)) for one in (preprocessing.mean, preprocessing.deviation))
    return (((x.astype(np.float64) / 255 * (high - low) + low) - mean) / deviation).astype(np.float32)


def in_preprocessing(network):
    return {note.split()[1] for note in network.notes if "preprocessing" in note}


@pytest.mark.parametrize("file", WHOLE)
def test_every_layer_computes_what_keras_computed(file):
    network, expected = opened(file), reference(file.removesuffix("_tfjs").partition(".")[0])
    x = prepared(network, expected["input"])

    results = computed(network, x)

    left_out = {"input"} | {name for name in expected if "dropout" in name}
    compared = expected.keys() - left_out - in_preprocessing(network)
    assert compared <= results.keys()
    assert not {name: one.error for name, one in results.items() if one.error}
    for name in compared:
        np.testing.assert_allclose(results[name].maps, expected[name], rtol=1e-5, atol=3e-6, err_msg=name)


@pytest.mark.parametrize(
    ("file", "name"), [("mobilenet.keras", "depthwise_conv2d_1"), ("channels_first.keras", "each")]
)
def test_a_depthwise_layer_keeps_the_bias_of_each_map(file, name):
    layer = next(layer for layer in opened(file).layers if layer.id == name)

    assert layer.kind == "depthwise_conv"
    assert (layer.weights["bias"] != layer.weights["bias"][0]).any()


@pytest.mark.parametrize("file", ["lenet.keras", "resnet.keras"])
def test_layers_that_prepare_a_picture_become_its_preprocessing(file):
    network, expected = opened(file), reference(file.partition(".")[0])

    last = [name for name in expected if name in in_preprocessing(network)][-1]

    np.testing.assert_allclose(prepared(network, expected["input"]), expected[last], rtol=1e-5, atol=1e-6)
    assert network.preprocessing.size == expected["input"].shape[1:]


@pytest.mark.parametrize("file", ["lenet.keras", "resnet.keras"])
def test_a_picture_of_bytes_gives_keras_own_scores(file):
    network, expected = opened(file), reference(file.partition(".")[0])
    light = expected["input"] / np.float32(255)
    frame = Frame(np.repeat(light, 3, axis=0) if len(light) == 1 else light, ("R", "G", "B"))

    x, _ = choose_input(frame, "color", preprocessing=network.preprocessing)

    *_, last = computed(network, x).values()
    np.testing.assert_allclose(last.maps, expected["scores"], rtol=1e-4, atol=1e-5)


def test_code_is_a_card_that_says_so_and_the_layers_before_it_run():
    network = opened("own_code.keras")

    results = computed(network, reference("own_code")["input"])

    np.testing.assert_allclose(results["conv"].maps, reference("own_code")["conv"], rtol=1e-5, atol=1e-6)
    assert results["twice"].error == "Lambda is code of the network's author, which is never run"
    assert [layer.kind for layer in network.layers] == ["conv", "unknown", "unknown", "conv"]


def test_notes_tell_what_is_not_as_in_the_file():
    assert "Dropout has been left out: it does nothing after training." in opened("lenet.keras").notes
    assert "shared is used 2 times; each place has a copy of its weights." in opened("unet.keras").notes
    assert "The file does not tell the range of its input; 0…1 is assumed." in opened("vgg.keras").notes


def sequential(*layers, **input_config):
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3], "name": "in", **input_config}}
    documents = [first, *({"class_name": name, "config": {"name": name.lower()} | config} for name, config in layers)]
    return {"class_name": "Sequential", "config": {"name": "net", "layers": documents}}


def only_layer(class_name, config, **arrays):
    weights = NumberedWeights({name.replace("__", "/"): one for name, one in arrays.items()})
    return keras_network(sequential((class_name, config)), weights).layers[0]


@pytest.mark.parametrize(
    ("class_name", "config", "reason"),
    [
        ("Attention", {}, "Attention of Keras is not computed here"),
        ("Conv2D", {}, "the file has no kernel of this layer"),
        ("Conv2D", {"data_format": "channels_last", "strides": "two"}, "the file has no kernel"),
        ("BatchNormalization", {"axis": 1}, "along the axis 1, which is not that of the maps"),
        ("Softmax", {"axis": 2}, "along the axis 2"),
        ("Add", {}, "it has 1 inputs"),
        ("Activation", {"activation": "sine"}, "its activation sine is not computed here"),
        ("Activation", {"activation": {"class_name": "function", "config": "mine"}}, "mine is code"),
        ("ReLU", {"max_value": 6, "threshold": 1}, "stops at 6 and has"),
        ("ReLU", {"negative_slope": float("nan")}, "negative_slope must be a number"),
        ("MaxPooling2D", {"pool_size": [2, 2, 2]}, "2 whole numbers are expected"),
        ("MaxPooling2D", {"pool_size": 10**30}, "pool_size must lie in"),
        ("ZeroPadding2D", {"padding": [[1]]}, "padding must be"),
        ("UpSampling2D", {"interpolation": "lanczos5"}, "interpolation must be one of"),
        ("Flatten", {"data_format": "channels_first"}, "rows of maps for their channels"),
    ],
)
def test_what_is_impossible_is_a_card_with_the_reason(class_name, config, reason):
    layer = only_layer(class_name, config)

    assert (layer.kind, layer["operator"]) == ("unknown", class_name)
    assert reason in layer["reason"]


def test_weights_of_another_number_than_the_layer_has_are_no_guess():
    layer = only_layer("Conv2D", {}, layers__conv2d__vars__0=np.ones((3, 3, 3, 2)))

    assert layer["reason"] == "it has 1 arrays of weights, kernel, bias are expected"


def test_a_normalization_that_was_adapted_is_in_the_preprocessing():
    arrays = (np.full((1, 1, 1, 3), 100.0), np.full((1, 1, 1, 3), 2500.0), np.array(9))
    weights = NumberedWeights({f"layers/normalization/vars/{i}": one for i, one in enumerate(arrays)})

    network = keras_network(sequential(("Normalization", {"axis": [-1]}), ("ReLU", {})), weights)

    assert [layer.id for layer in network.layers] == ["relu"]
    found = network.preprocessing
    assert (found.low, found.high) == (0, 1)
    np.testing.assert_allclose((found.mean, found.deviation), [[100 / 255] * 3, [50 / 255] * 3])


def functional(nodes, outputs="c"):
    """Return a network of additions and ReLUs: each name with the names that it reads."""

    def history(name):
        return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}

    documents = [{"class_name": "InputLayer", "name": "in", "config": {"batch_shape": [None, 4, 4, 3]}}]
    for name, reads in nodes.items():
        arguments = [[history(one) for one in reads]] if len(reads) > 1 else [history(one) for one in reads]
        kind = "Add" if len(reads) > 1 else "ReLU"
        node = {"args": arguments, "kwargs": {}}
        documents.append({"class_name": kind, "name": name, "config": {"name": name}, "inbound_nodes": [node]})
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [[one, 0, 0] for one in outputs.split()]}
    return {"class_name": "Functional", "config": {"name": "net", "layers": documents, **ends}}


def test_layers_come_behind_those_that_they_read_whatever_their_order_in_the_file():
    network = keras_network(
        functional({"c": ["b", "a"], "b": ["a"], "unused": ["b"], "a": ["in"]}), NumberedWeights({})
    )

    assert [layer.id for layer in network.layers] == ["a", "b", "c"]
    assert [layer.inputs for layer in network.layers] == [(), (), ("b", "a")]


def test_several_outputs_are_all_there_and_named():
    network = keras_network(functional({"a": ["in"], "b": ["a"], "c": ["a"]}, "b c"), NumberedWeights({}))

    assert [layer.id for layer in network.layers] == ["a", "b", "c"]
    assert "The network has 2 outputs: b, c." in network.notes


def with_second_input(shape):
    """Return a network that adds ReLUs of two inputs, of which the second has this shape."""
    document = functional({"a": ["in"], "b": ["second"], "c": ["a", "b"]})
    config = document["config"]
    config["layers"].append({"class_name": "InputLayer", "name": "second", "config": {"batch_shape": shape}})
    config["input_layers"].append(["second", 0, 0])
    return document


def test_inputs_of_one_shape_get_the_same_picture():
    network = keras_network(with_second_input([None, 4, 4, 3]), NumberedWeights({}))

    assert [layer.inputs for layer in network.layers] == [(), ("input",), ("a", "b")]
    assert "The inputs “in”, “second” have one shape and get the same picture." in network.notes


def test_inputs_of_several_shapes_are_refused_by_their_names():
    with pytest.raises(NetworkFileError, match="has 2 inputs, “in”, “second”; a project has one picture"):
        keras_network(with_second_input([None, 7]), NumberedWeights({}))


def test_layers_that_read_each_other_or_nothing_are_refused():
    for nodes, words in (
        ({"c": ["b", "in"], "b": ["c"]}, "read each other in a circle: b, c"),
        ({"c": ["gone"]}, "reads 'gone', which the network does not have"),
    ):
        with pytest.raises(NetworkFileError, match=words):
            keras_network(functional(nodes), NumberedWeights({}))


def test_networks_nested_without_end_are_refused():
    document = sequential(("ReLU", {}))
    for _ in range(30):
        document = {"class_name": "Sequential", "config": {"name": "net", "layers": [document]}}
    with pytest.raises(NetworkFileError, match="nested deeper than"):
        keras_network(document, NumberedWeights({}))

    document = sequential(("ReLU", {}))
    for _ in range(14):
        document = {"class_name": "Sequential", "config": {"name": "net", "layers": [document, document]}}
    with pytest.raises(NetworkFileError, match="more than 10000 layers"):
        keras_network(document, NumberedWeights({}))


def test_a_network_of_a_class_of_ones_own_is_code():
    with pytest.raises(CannotBeShown, match="MyNet is a class of the network's author"):
        keras_network({"class_name": "MyNet", "config": {"depth": 3}}, NumberedWeights({}))


def test_a_layer_called_input_does_not_hide_the_picture():
    network = keras_network(sequential(("ReLU", {"name": "input"}), ("ELU", {"name": "input"})), NumberedWeights({}))

    assert [layer.id for layer in network.layers] == ["input_2", "input_3"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("resnet50", Preprocessing((8, 8), order="bgr", high=255, mean=(103.939, 116.779, 123.68))),
        ("mobilenetv2_1.00_224", Preprocessing((8, 8), low=-1)),
        ("densenet121", Preprocessing((8, 8), mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))),
        ("my_resnet50", Preprocessing((8, 8))),
    ],
)
def test_the_names_of_known_networks_tell_their_preprocessing(name, expected):
    document = sequential(("ReLU", {}))
    document["config"]["name"] = name

    network = keras_network(document, NumberedWeights({}))

    assert network.preprocessing == expected
    assert any("is assumed" in note for note in network.notes)


def test_functions_of_tensorflow_in_older_networks_are_layers():
    functions = {  # with what each reads, as Keras 2 writes it
        "plus": ("__operators__.add", ["in", 0, 0, {"y": 3.0, "name": None}]),
        "six": ("nn.relu6", ["plus", 0, 0, {}]),
        "share": ("math.multiply", ["six", 0, 0, {"y": 0.25}]),
        "rest": ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["share", 0, 0]}]),
        "both": ("math.multiply", ["in", 0, 0, {"y": ["rest", 0, 0], "name": None}]),
        "half": ("math.truediv", ["both", 0, 0, {"y": 2, "name": None}]),
        "shape": ("compat.v1.shape", ["half", 0, 0, {}]),
    }
    first = {"class_name": "InputLayer", "name": "in", "config": {"batch_input_shape": [None, 4, 4, 3], "name": "in"}}
    documents = [
        {
            "class_name": "TFOpLambda",
            "name": name,
            "config": {"name": name, "function": function},
            "inbound_nodes": [node],
        }
        for name, (function, node) in functions.items()
    ]
    config = {"name": "net", "layers": [first, *documents], "input_layers": [["in", 0, 0]]}
    document = {"class_name": "Functional", "config": config | {"output_layers": [["shape", 0, 0]]}}
    x = np.random.default_rng(1).normal(0, 3, (3, 4, 4)).astype(np.float32)

    results = computed(keras_network(document, NumberedWeights({})), x)

    np.testing.assert_allclose(results["half"].maps, x * (1 - np.clip(x + 3, 0, 6) * 0.25) / 2, rtol=1e-5, atol=1e-6)
    assert results["shape"].error == "tf.compat.v1.shape of Keras is not computed here"


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (("ReLU", {"max_value": 2.5}), lambda x: np.clip(x, 0, 2.5)),
        (("ReLU", {"max_value": 6}), lambda x: np.clip(x, 0, 6)),
        (("Activation", {"activation": "hard_sigmoid"}), lambda x: np.clip(x / 6 + 0.5, 0, 1)),
    ],
)
def test_activations_with_limits(layer, expected):
    x = np.linspace(-8, 8, 48, dtype=np.float32).reshape(3, 4, 4)

    *_, last = computed(keras_network(sequential(layer), NumberedWeights({})), x).values()

    np.testing.assert_allclose(last.maps, expected(x), atol=1e-6)


@pytest.mark.parametrize("class_name", ["Activation", "Dense"])
def test_the_hard_sigmoid_of_keras_2_is_steeper(class_name):
    document = sequential((class_name, {"activation": "hard_sigmoid", "use_bias": False}))
    first = document["config"]["layers"][0]["config"]
    first["batch_input_shape"] = first.pop("batch_shape")
    x = np.linspace(-8, 8, 48, dtype=np.float32).reshape(3, 4, 4)
    weights = NumberedWeights({"layers/dense/vars/0": np.eye(3)})

    *_, last = computed(keras_network(document, weights), x).values()

    np.testing.assert_allclose(last.maps, np.clip(x / 5 + 0.5, 0, 1), atol=1e-6)
