// Role colours that can be read on the page.

const background = luminance(0x3b, 0x3a, 0x40); // about the lightest that names stand on
const enough = 4.6; // contrast that small text needs

function channel(value) {
  const c = value / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function luminance(r, g, b) {
  return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
}

// hex writes a colour as Discord sends it, a number, as CSS reads it.
export const hex = (colour) => `#${colour.toString(16).padStart(6, "0")}`;

// readable is a role's colour, lightened until it can be read; null for none.
export function readable(colour) {
  if (!colour) return null;
  let parts = [colour >> 16, (colour >> 8) & 255, colour & 255];
  while ((luminance(...parts) + 0.05) / (background + 0.05) < enough) {
    parts = parts.map((part) => Math.min(255, Math.ceil(part + (255 - part) * 0.1)));
  }
  return `rgb(${parts.join(" ")})`;
}
