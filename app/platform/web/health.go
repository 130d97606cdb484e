package web

import (
	"encoding/json"
	"net/http"
)

// liveness is the body of GET /health.
type liveness struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

// health responds that the process is alive; it does not depend on any other service.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(liveness{Status: "healthy", Version: s.config.Version}); err != nil {
		Logger(r.Context()).Debug("answering /health", "error", err)
	}
}
