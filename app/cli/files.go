package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/smarter-dev/smarterdev/app/sandbox"
)

// databaseFile is the database in the data folder of a dev.
func databaseFile(folder string) string { return filepath.Join(folder, "smarterdev.db") }

// devFile is what scripts read from dev.json.
func devFile(base string, d sandbox.Details) map[string]any {
	return map[string]any{
		"url":             base,
		"guild_id":        d.GuildID,
		"channel_id":      d.ChannelID,
		"members":         d.Members,
		"discord_api_url": d.APIURL,
		"bot_token":       d.BotToken,
		"application_id":  d.ApplicationID,
	}
}

// sandboxFile is what sandbox --json writes: the names of dev.json, with the OAuth2 client.
func sandboxFile(base string, d sandbox.Details) map[string]any {
	file := devFile(base, d)
	file["client_id"], file["client_secret"] = d.ClientID, d.ClientSecret
	return file
}

// writeJSON replaces a file in one step, so that nobody reads half of it.
func writeJSON(file string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", file, err)
	}
	temp := file + ".tmp"
	if err := os.WriteFile(temp, append(raw, '\n'), 0o600); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.Rename(temp, file); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
