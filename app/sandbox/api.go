package sandbox

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/disgoorg/snowflake/v2"
	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/picture"
	"github.com/smarter-dev/smarterdev/app/sandbox/rest"
)

// API serves what Discord serves below https://discord.com/api: every version under /vN and
// without one, OAuth2, the gateway's WebSocket under /gateway, and under /cdn and /attachments
// what Discord serves elsewhere. It is mounted at Config.URL.
func (s *Sandbox) API() http.Handler {
	r := chi.NewRouter()
	r.Use(s.reachable)
	mount := func(r chi.Router) {
		r.Get("/oauth2/authorize", s.oauth.Authorize)
		r.Post("/oauth2/authorize", s.oauth.Authorize)
		r.Get("/oauth2/style.css", s.oauth.Style)
		r.Post("/oauth2/token", s.oauth.Token)
		r.Post("/oauth2/token/revoke", s.oauth.Revoke)
		s.rest.Mount(r)
	}
	for version := 6; version <= 10; version++ {
		r.Route("/v"+strconv.Itoa(version), mount)
	}
	r.Get("/cdn/avatars/{id}/{file}", s.face)
	r.Get("/cdn/embed/avatars/{file}", s.defaultFace)
	r.Get("/cdn/icons/{id}/{file}", s.icon)
	r.Get("/cdn/stickers/{file}", s.sticker)
	r.Get("/cdn/emojis/{file}", s.emoji)
	r.Get("/attachments/{channel}/{id}/{file}", s.attachment)
	r.Group(mount)
	return s.guard(s.cfg.URL, plainPath(r))
}

// plainPath undoes percent-encoding that a path does not need, as in %40me, before routes are
// matched. What would change the path's parts, an encoded slash, stays as it is.
func plainPath(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if raw := r.URL.RawPath; raw != "" && !strings.Contains(strings.ToLower(raw), "%2f") {
			r = r.Clone(r.Context())
			r.URL.RawPath = "" // so that Path counts, in which nothing is encoded
		}
		next.ServeHTTP(w, r)
	})
}

// reachable cuts every connection while the stand-in is offline, and parts WebSockets from
// requests for the gateway's address.
func (s *Sandbox) reachable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.faults.Down():
			rest.Cut(w)
		case strings.Trim(r.URL.Path, "/") == "gateway" && strings.EqualFold(r.Header.Get("Upgrade"), "websocket"):
			s.gateway.ServeHTTP(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// face draws an account's picture, whatever its hash and file type: SVG always.
func (s *Sandbox) face(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseUint(chi.URLParam(r, "id"), 10, 64)
	u, err := s.world.User(snowflake.ID(id))
	switch {
	case err != nil:
		http.NotFound(w, r)
	case u.Bot:
		draw(w, picture.Robot(id))
	default:
		draw(w, picture.Face(id))
	}
}

// defaultFace is the picture of someone who has none.
func (s *Sandbox) defaultFace(w http.ResponseWriter, r *http.Request) {
	n, _, _ := strings.Cut(chi.URLParam(r, "file"), ".")
	id, _ := strconv.ParseUint(n, 10, 64)
	draw(w, picture.Blank(id))
}

func (s *Sandbox) icon(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseUint(chi.URLParam(r, "id"), 10, 64)
	name := s.world.GuildName(snowflake.ID(id))
	if name == "" {
		http.NotFound(w, r)
		return
	}
	draw(w, picture.Icon(id, name))
}

// sticker serves an uploaded picture, or draws one where none is kept.
func (s *Sandbox) sticker(w http.ResponseWriter, r *http.Request) {
	n, _, _ := strings.Cut(chi.URLParam(r, "file"), ".")
	id, _ := strconv.ParseUint(n, 10, 64)
	sticker, err := s.world.Sticker(snowflake.ID(id))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if file, ok := s.world.FileOf(sticker.ID); ok && strings.HasPrefix(file.ContentType, "image/") && file.ContentType != "image/svg+xml" {
		w.Header().Set("Content-Type", file.ContentType)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(file.Data)
		return
	}
	draw(w, picture.Icon(id, sticker.Name))
}

// emoji draws a guild's emoji.
func (s *Sandbox) emoji(w http.ResponseWriter, r *http.Request) {
	n, _, _ := strings.Cut(chi.URLParam(r, "file"), ".")
	id, _ := strconv.ParseUint(n, 10, 64)
	draw(w, picture.Blank(id))
}

func draw(w http.ResponseWriter, svg string) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	_, _ = w.Write([]byte(svg))
}

// attachment serves an uploaded file for download only, so that nothing in it runs.
func (s *Sandbox) attachment(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.ParseUint(chi.URLParam(r, "id"), 10, 64)
	file, ok := s.world.FileOf(snowflake.ID(id))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if strings.HasPrefix(file.ContentType, "image/") && file.ContentType != "image/svg+xml" {
		w.Header().Set("Content-Type", file.ContentType)
	} else {
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(file.Data)
}
