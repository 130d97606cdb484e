package wire

// IncidentsData says what of a guild is paused, and until when.
type IncidentsData struct {
	InvitesDisabledUntil *Time `json:"invites_disabled_until"`
	DMsDisabledUntil     *Time `json:"dms_disabled_until"`
	DMSpamDetectedAt     *Time `json:"dm_spam_detected_at,omitempty"`
	RaidDetectedAt       *Time `json:"raid_detected_at,omitempty"`
}

// IncidentActions is the body of pausing invites and direct messages; null goes on with them.
type IncidentActions struct {
	InvitesDisabledUntil Opt[Time] `json:"invites_disabled_until"`
	DMsDisabledUntil     Opt[Time] `json:"dms_disabled_until"`
}
