"""The description of an adjustable number, shared by kernels, activations and test patterns."""

from convexplorer._dataclass import dataclass


@dataclass(frozen=True)
class Parameter:
    """A named number with its limits: everything a form needs to show a control for the number.

    Attributes
    ----------
    name : keyword argument of the function that takes the number.
    default, minimum, maximum : both limits are allowed values.
    step : increment of the control.
    label, explanation : a word for the form and a sentence for the tip.
    unit : "px", "°" or "".
    is_integer : True if only whole numbers are allowed.
    """

    name: str
    default: float
    minimum: float
    maximum: float
    step: float
    label: str
    explanation: str
    unit: str = ""
    is_integer: bool = False

    def check(self, value: float) -> float:
        """Return the value, as int if `is_integer`; raise ValueError if it is no number or out of range.

        Examples
        --------
        >>> Parameter("sigma", 1.0, 0.1, 20.0, 0.1, "Sigma", "Width of the bell.", "px").check(0)
        Traceback (most recent call last):
        ...
        ValueError: sigma must lie in 0.1…20 px; got 0
        """
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):  # a whole number of hundreds of digits, as a file may hold
            raise ValueError(f"{self.name} must be a number; got {str(value)[:40]!r}") from None
        if not self.minimum <= number <= self.maximum:
            unit = f" {self.unit}" if self.unit else ""
            raise ValueError(f"{self.name} must lie in {self.minimum:g}…{self.maximum:g}{unit}; got {number:g}")
        if not self.is_integer:
            return number
        if number != int(number):
            raise ValueError(f"{self.name} must be a whole number; got {number:g}")
        return int(number)
