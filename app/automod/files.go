package automod

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
)

const (
	fileTime    = 5 * time.Second
	largestFile = 8 << 20
)

// sameFiles reports whether the files that a rule takes for one and the same, by size, dimensions and type, are so by
// their bytes. What cannot be fetched is not.
func (s *Service) sameFiles(ctx context.Context, f found) bool {
	ctx, cancel := context.WithTimeout(ctx, 3*fileTime)
	defer cancel()
	mine := f.event.message.Attachments
	if len(mine) == 0 {
		return false
	}
	written := map[snowflake.ID]discord.Message{}
	for _, m := range s.recent.of(f.guild) {
		written[m.ID] = m
	}
	wanted, err := digest(ctx, mine[0].URL)
	if err != nil {
		s.log.InfoContext(ctx, "a file could not be compared", "guild", f.guild, "error", err)
		return false
	}
	for _, ref := range f.match.Burst {
		m, known := written[snowflake.ID(ref.MessageID)]
		if !known || m.ID == f.event.message.ID {
			continue
		}
		same := false
		for _, a := range m.Attachments {
			if a.Size != mine[0].Size {
				continue
			}
			got, err := digest(ctx, a.URL)
			same = same || err == nil && got == wanted
		}
		if !same {
			return false
		}
	}
	return true
}

// digest fetches a file of Discord's and sums it.
func digest(ctx context.Context, url string) (sum [sha256.Size]byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return sum, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return sum, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return sum, fmt.Errorf("the file answers %s", resp.Status)
	}
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(resp.Body, largestFile+1))
	if err == nil && n > largestFile {
		err = errors.New("the file is too large to compare")
	}
	return [sha256.Size]byte(h.Sum(nil)), err
}
