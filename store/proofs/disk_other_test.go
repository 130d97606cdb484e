//go:build !linux

package proofs

import (
	"context"
	"errors"
)

func (task) fail(context.Context, *reporter) error { return errors.ErrUnsupported }
