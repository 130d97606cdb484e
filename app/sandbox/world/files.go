package world

import (
	"mime"
	"path"
	"strconv"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	mostUpload = 10 << 20 // bytes of one file
	mostStored = 64 << 20 // bytes of all files; the oldest give way
)

// files keeps uploaded files in memory, for this start only.
type files struct {
	data  map[ID]wire.File
	order []ID
	size  int
}

func (f *files) add(id ID, file wire.File) {
	if f.data == nil {
		f.data = make(map[ID]wire.File)
	}
	f.data[id] = file
	f.order = append(f.order, id)
	for f.size += len(file.Data); f.size > mostStored; f.order = f.order[1:] {
		f.size -= len(f.data[f.order[0]].Data)
		delete(f.data, f.order[0])
	}
}

// FileOf returns an uploaded file by its attachment's id; false when it is no longer kept.
func (w *World) FileOf(attachment ID) (wire.File, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, ok := w.files.data[attachment]
	return f, ok
}

// attach stores the files of a body and adds them to the message.
func (w *World) attach(ch *channel, m *wire.Message, in *wire.MessageInput) error {
	for _, file := range in.Files {
		if len(file.Data) > mostUpload {
			return problem.FileTooLarge
		}
	}
	list := append([]wire.Attachment{}, m.Attachments...)
	for _, file := range in.Files {
		a := w.store(ch.wire.ID, file)
		for _, described := range in.Attachments.Value {
			if described.ID == ID(file.Index) {
				a.Description, a.Title = described.Description, described.Title
			}
		}
		a.Ephemeral = m.Ephemeral()
		list = append(list, a)
	}
	m.Attachments = list
	return nil
}

func (w *World) store(channel ID, file wire.File) wire.Attachment {
	id := w.next()
	if file.ContentType == "" || file.ContentType == "application/octet-stream" {
		if byName := mime.TypeByExtension(path.Ext(file.Name)); byName != "" {
			file.ContentType = byName
		}
	}
	w.files.add(id, file)
	address := w.opts.FilesURL + "/attachments/" + channel.String() + "/" + id.String() + "/" + file.Name
	return wire.Attachment{
		ID: id, Filename: file.Name, ContentType: file.ContentType, Size: len(file.Data), URL: address, ProxyURL: address,
	}
}

// keep drops the attachments that an edit no longer lists.
func keep(have []wire.Attachment, listed []wire.AttachmentInput) []wire.Attachment {
	out := []wire.Attachment{}
	for _, a := range have {
		for _, l := range listed {
			if l.ID == a.ID {
				out = append(out, a)
			}
		}
	}
	return out
}

// AvatarHash is the avatar hash of a seeded or new account.
func AvatarHash(id ID) string {
	h := uint64(id) * 0x9e3779b97f4a7c15
	return strconv.FormatUint(h|1<<63, 16) + strconv.FormatUint(h*0xd6e8feb86659fd93|1<<63, 16)
}
