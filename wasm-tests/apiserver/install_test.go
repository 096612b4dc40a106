package apiserver

import (
	"bytes"
	"cmp"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	repository = "../.."
	cure       = "post-renderer-sparkwasm-required"
)

// helm is one version of Helm with homes of its own, and how it is told to use the post-renderer.
type helm struct {
	name         string
	environment  []string
	postRenderer string
}

func helms(t *testing.T) []helm {
	t.Helper()
	dist := absolute(t, cmp.Or(os.Getenv("SPARKWASM_DIST"), filepath.Join(repository, "dist")))
	homes := t.TempDir()
	environment := func(name string) []string {
		home := filepath.Join(homes, name)
		return append(os.Environ(),
			"HOME="+home, // no discovery cached by another run
			"XDG_CACHE_HOME="+filepath.Join(homes, "cache"),
			"HELM_CACHE_HOME="+filepath.Join(home, "cache"),
			"HELM_CONFIG_HOME="+filepath.Join(home, "config"),
			"HELM_DATA_HOME="+filepath.Join(home, "data"))
	}
	four := helm{"helm", environment("4"), "sparkwasm"}
	three := helm{"helm3", environment("3"), filepath.Join(dist, "plugin/bin/sparkwasm")}
	if _, stderr, err := four.run(t, "plugin", "install", filepath.Join(dist, "plugin")); err != nil {
		t.Fatalf("the plugin does not install (scripts/build makes it): %v\n%s", err, stderr)
	}
	return []helm{four, three}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return absolute
}

func (h helm) run(t *testing.T, arguments ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errors bytes.Buffer
	command := exec.Command(absolute(t, filepath.Join(repository, ".tools/bin", h.name)), arguments...)
	command.Env, command.Stdout, command.Stderr = h.environment, &out, &errors
	err = command.Run()
	if command.ProcessState == nil {
		t.Fatalf("%s did not start (scripts/tools makes it): %v", h.name, err)
	}
	return out.String(), errors.String(), err
}

// install runs `helm install` of the chart against a new replay server.
func (h helm) install(t *testing.T, arguments ...string) (server *Server, stdout, stderr string, err error) {
	t.Helper()
	exchanges, err := Load("recording/answers.json")
	if err != nil {
		t.Fatal(err)
	}
	server = NewServer(exchanges)
	listener := httptest.NewServer(server)
	defer listener.Close()
	kubeconfig, err := Kubeconfig(listener.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(kubeconfig)
	install := []string{"install", "spark", filepath.Join(repository, "chart"), "--kubeconfig", kubeconfig}
	stdout, stderr, err = h.run(t, append(install, arguments...)...)
	if !slices.Contains(server.Reads(), "/version") {
		t.Fatalf("%s did not ask the server at all: %v\n%s", h.name, err, stderr)
	}
	return server, stdout, stderr, err
}

func TestWithoutThePostRendererNothingIsInstalled(t *testing.T) {
	for _, helm := range helms(t) {
		for name, arguments := range map[string][]string{
			"dry-run=server": {"--dry-run=server"},
			"real":           {},
		} {
			t.Run(helm.name+" "+name, func(t *testing.T) {
				server, _, stderr, err := helm.install(t, arguments...)
				if err == nil || !strings.Contains(stderr, cure) {
					t.Errorf("must fail and name %s, but: %v\n%s", cure, err, stderr)
				}
				if writes := server.Writes(); len(writes) > 0 {
					t.Errorf("wrote before it failed: %v", writes)
				}
			})
		}
	}
}

func TestWithThePostRendererTheServerKnowsEveryKind(t *testing.T) {
	for _, helm := range helms(t) {
		t.Run(helm.name, func(t *testing.T) {
			server, stdout, stderr, err := helm.install(t, "--dry-run=server", "--post-renderer", helm.postRenderer)
			if err != nil {
				t.Fatalf("%v\n%s", err, stderr)
			}
			if !strings.Contains(stdout, "kind: StatefulSet") || strings.Contains(stdout, cure) {
				t.Errorf("not rendered:\n%s", stdout)
			}
			if writes := server.Writes(); len(writes) > 0 {
				t.Errorf("a dry run wrote: %v", writes)
			}
		})
	}
}

// The tests above rest on writes being seen: a real install with the post-renderer makes some.
func TestARealInstallWrites(t *testing.T) {
	helm := helms(t)[0]
	server, _, stderr, err := helm.install(t, "--post-renderer", helm.postRenderer)
	if err == nil || len(server.Writes()) == 0 {
		t.Errorf("the replay server must see and refuse writes, saw %v: %v\n%s", server.Writes(), err, stderr)
	}
}
