package store_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/smarter-dev/smarterdev/store"
)

// childMode names the variable that turns the test binary into one of the processes that a test starts.
const childMode = "STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	children := map[string]func() error{"migrate": migrateChild, "load": loadChild}
	if child, ok := children[os.Getenv(childMode)]; ok {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func migrateChild() error {
	ctx := context.Background()
	s, err := store.Open(ctx, os.Getenv("STORE_TEST_URL"), os.DirFS("../migrations"))
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Migrate(ctx)
}
