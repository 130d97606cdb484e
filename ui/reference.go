package ui

// Reference is the page that shows the API to people.
type Reference struct {
	Document string // the address of the OpenAPI document
}

// Template implements View.
func (Reference) Template() string { return "reference/page" }
