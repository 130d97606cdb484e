package dashboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

const (
	pictureTTL      = 5 * time.Minute // like all data about people
	maxPicturesSize = 16 << 20        // bytes of all cached pictures
	maxPictureSize  = 512 << 10
	pictureTimeout  = 5 * time.Second
)

// pictures proxies Discord's avatars and icons, so that pages load nothing from other hosts. It only
// requests Discord's CDN.
type pictures struct {
	base  string
	http  *http.Client
	cache *cache.Cache[string, picture]
}

type picture struct {
	kind string
	body []byte
}

var (
	pictureHash  = regexp.MustCompile(`^(a_)?[0-9A-Za-z]{1,64}$`)
	errNoPicture = errors.New("no such picture")
)

func newPictures(base string) *pictures {
	return &pictures{
		base: strings.TrimSuffix(base, "/"),
		http: &http.Client{Timeout: pictureTimeout, CheckRedirect: noRedirects},
		cache: cache.NewWeighed[string, picture](maxPicturesSize, pictureTTL, func(p picture) uint32 {
			return uint32(len(p.body)) + 256 //nolint:gosec // bounded by largestPicture
		}),
	}
}

// noRedirects keeps an answer of Discord from sending us, and what we carry, elsewhere.
func noRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func (p *pictures) close() { p.cache.Close() }

// avatarPath is where the picture of a person is served from; empty when they have none.
func avatarPath(user snowflake.ID, hash string) string { return picturePath("avatars", user, hash) }

// iconPath is where the icon of a guild is served from; empty when it has none.
func iconPath(guild snowflake.ID, hash string) string { return picturePath("icons", guild, hash) }

func picturePath(kind string, id snowflake.ID, hash string) string {
	if hash == "" {
		return ""
	}
	return fmt.Sprintf("%s/pictures/%s/%s/%s", home, kind, id, hash)
}

func (p *Pages) mountPictures() {
	for _, kind := range []string{"avatars", "icons"} {
		p.Get(home+"/pictures/"+kind+"/{id}/{hash}", SignedIn, func(r *Request) (Response, error) {
			id, err := web.ParseID(r.PathValue("id"))
			hash := r.PathValue("hash")
			if err != nil || !pictureHash.MatchString(hash) {
				return Response{}, errNotFound
			}
			found, err := p.pictures.get(r.Context(), fmt.Sprintf("/%s/%s/%s", kind, id, hash))
			if err != nil {
				web.Logger(r.Context()).DebugContext(r.Context(), "a picture is missing", "error", err)
				return Response{}, errNotFound
			}
			return raw(func(w http.ResponseWriter) {
				h := w.Header()
				h.Set("Content-Type", found.kind)
				h.Set("Cache-Control", "private, max-age=3600")
				h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox") // an SVG may bring its own
				_, _ = w.Write(found.body)
			}), nil
		})
	}
}

func (p *pictures) get(ctx context.Context, path string) (picture, error) {
	return p.cache.Get(ctx, path, p.load)
}

func (p *pictures) load(ctx context.Context, path string) (picture, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path+".png?size=64", nil)
	if err != nil {
		return picture{}, err
	}
	resp, err := p.http.Do(req)
	if err != nil {
		return picture{}, err
	}
	defer resp.Body.Close()
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	switch kind {
	case "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml":
	default:
		return picture{}, fmt.Errorf("%w: %s %s", errNoPicture, resp.Status, kind)
	}
	if resp.StatusCode != http.StatusOK {
		return picture{}, fmt.Errorf("%w: %s", errNoPicture, resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPictureSize+1))
	if err != nil {
		return picture{}, err
	}
	if len(body) > maxPictureSize {
		return picture{}, fmt.Errorf("%w: it is larger than %d bytes", errNoPicture, maxPictureSize)
	}
	return picture{kind, body}, nil
}
