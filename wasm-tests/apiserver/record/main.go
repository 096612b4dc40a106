// Command record stands between Helm and a real kube-apiserver and writes down every answer to a read.
//
//	kubectl proxy --port 8001 &
//	go run ./record -upstream http://127.0.0.1:8001 -out recording/answers.json -- sh -c 'helm install …; helm3 install …'
//
// The command runs with a KUBECONFIG that leads here. scripts/record-apiserver says which commands to run.
package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/sparkwasm/sparkwasm/wasm-tests/apiserver"
)

func main() {
	upstream := flag.String("upstream", "http://127.0.0.1:8001", "the kube-apiserver, as kubectl proxy gives it")
	out := flag.String("out", "recording/answers.json", "the file to write")
	flag.Parse()
	target, err := url.Parse(*upstream)
	if err != nil || flag.NArg() == 0 {
		log.Fatalf("usage: record [flags] -- <command> (%v)", err)
	}
	exchanges := map[string]apiserver.Exchange{}
	server := httptest.NewServer(recorder(target, exchanges))
	defer server.Close()
	kubeconfig, err := apiserver.Kubeconfig(server.URL)
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(kubeconfig)

	command := exec.Command(flag.Arg(0), flag.Args()[1:]...)
	command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		log.Printf("the command ended with: %v (which may be what it should do)", err)
	}

	sorted := slices.SortedFunc(maps.Values(exchanges), func(a, b apiserver.Exchange) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Accept, b.Accept))
	})
	for _, exchange := range sorted {
		fmt.Println(exchange)
	}
	if err := apiserver.Save(*out, sorted); err != nil {
		log.Fatal(err)
	}
}

func recorder(target *url.URL, exchanges map[string]apiserver.Exchange) http.Handler {
	var lock sync.Mutex
	proxy := httputil.NewSingleHostReverseProxy(target)
	director := proxy.Director
	proxy.Director = func(request *http.Request) {
		director(request)
		request.Host = target.Host
		request.Header.Del("Accept-Encoding") // packed once, here
		request.Header.Del("If-None-Match")   // "as you know it" would be no answer
	}
	proxy.ModifyResponse = func(response *http.Response) error {
		request := response.Request
		if apiserver.IsWrite(request) {
			log.Printf("a write, not recorded: %s %s", request.Method, request.URL.RequestURI())
			return nil
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		response.Body = io.NopCloser(bytes.NewReader(body))
		if response.StatusCode != http.StatusOK {
			return nil // the replay answers so by itself to what it does not know
		}
		exchange := apiserver.Exchange{
			Path:        apiserver.Path(request),
			Accept:      request.Header.Get("Accept"),
			Status:      response.StatusCode,
			ContentType: response.Header.Get("Content-Type"),
		}
		if strings.HasPrefix(exchange.Path, "/openapi/v3/") {
			body = withoutDescriptions(body)
		}
		if err := exchange.SetBody(body); err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		exchanges[exchange.Path+" "+exchange.Accept] = exchange
		return nil
	}
	return proxy
}

// withoutDescriptions drops an OpenAPI document's prose, half of its size: no client decides by it.
func withoutDescriptions(document []byte) []byte {
	var value any
	if json.Unmarshal(document, &value) != nil {
		return document
	}
	var drop func(any)
	drop = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if _, isText := value["description"].(string); isText {
				delete(value, "description")
			}
			for _, inner := range value {
				drop(inner)
			}
		case []any:
			for _, inner := range value {
				drop(inner)
			}
		}
	}
	drop(value)
	short, err := json.Marshal(value)
	if err != nil {
		return document
	}
	return short
}
