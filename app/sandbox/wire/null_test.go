package wire_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func TestListsAreNeverNull(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(struct{ None, Some wire.List[wire.ID] }{Some: wire.List[wire.ID]{7}})
	require.NoError(t, err)
	require.JSONEq(t, `{"None": [], "Some": ["7"]}`, string(data))
}

// documented as nullable, or received from clients
var plainLists = map[string]bool{
	"Command.Contexts": true, "AllowedMentions.Parse": true, "AllowedMentions.Roles": true, "AllowedMentions.Users": true,
	"WebhookMessage.AppliedTags": true,
}

// A client that expects a list fails on null: whatever a struct of the wire holds, its lists are lists.
func TestEveryListOfTheWireIsAList(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || strings.HasSuffix(spec.Name.Name, "Input") {
				return true
			}
			body, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range body.Fields.List {
				list, isList := field.Type.(*ast.ArrayType)
				if !isList || list.Len != nil || field.Tag == nil || plainLists[spec.Name.Name+"."+field.Names[0].Name] {
					continue
				}
				tag, err := strconv.Unquote(field.Tag.Value)
				require.NoError(t, err)
				name, options, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
				if name != "-" && !strings.Contains(options, "omit") {
					t.Errorf("%s.%s is null when it is empty: make it a List, or leave it out when empty", spec.Name.Name, field.Names[0].Name)
				}
			}
			return true
		})
	}
}
