"""Lists of people's making: readers -> mapping -> plan -> apply, each a pure step but the last."""
