// The element <elements-api>, which draws the reference from the OpenAPI document.
import "@stoplight/elements/web-components.min.js";
