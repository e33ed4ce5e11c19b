import pytest

from convexplorer.core.parameter import Parameter
from convexplorer.gui.widgets.parameter_form import ParameterForm

SIGMA = Parameter("sigma", 1.0, 0.1, 9.0, 0.1, "Sigma", "Width.")
ANGLE = Parameter("angle", 0.0, -180.0, 180.0, 1.0, "Angle", "Direction.", "°")


@pytest.fixture
def form(qtbot) -> ParameterForm:
    form = ParameterForm()
    qtbot.addWidget(form)
    return form


def test_each_parameter_has_a_slider_at_its_value(form):
    form.show_parameters((SIGMA, ANGLE), {"sigma": 2.5, "angle": 45.0})

    assert (form.slider("sigma").value, form.slider("angle").value) == (2.5, 45.0)


def test_a_moved_slider_tells_its_name(form, qtbot):
    form.show_parameters((SIGMA,), {"sigma": 1.0})

    with qtbot.waitSignal(form.changed) as told:
        form.slider("sigma").changed.emit(3.0)

    assert told.args == ["sigma", 3.0]


def test_other_parameters_replace_the_sliders(form):
    form.show_parameters((SIGMA,), {})
    form.show_parameters((ANGLE,), {})

    with pytest.raises(KeyError):
        form.slider("sigma")
    form.show_parameters((), {})
    assert form.is_empty
