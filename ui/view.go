package ui

// View is what a template is executed with: a struct that names its template by the path below
// ui/, such as "bytes/settings" for ui/bytes/settings.html. Values of it hold everything the
// template shows; templates fetch nothing.
type View interface{ Template() string }
