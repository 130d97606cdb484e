package ui

// Trouble is what a person is told when something did not work.
type Trouble struct {
	Status    int
	Title     string // "Not found"
	Message   string // what happened and what to do
	RequestID string
	Causes    string // the chain of causes, for someone who is developing; empty otherwise
}
