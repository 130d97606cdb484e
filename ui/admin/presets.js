// A button with data-preset='{"field": "value"}' fills the form that it is in.
export function presets() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-preset]");
    if (!button) return;
    event.preventDefault(); // which would send the form, as it does without script
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.preset))) {
      const field = button.form.elements.namedItem(name);
      if (field) field.value = value;
    }
  });
}
