// Package apiserver answers Helm as a kube-apiserver did: from a recording, so that the tests need no cluster.
package apiserver

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// Exchange is one question to a kube-apiserver and its answer.
type Exchange struct {
	Path        string          `json:"path"`             // and query, as Path gives it
	Accept      string          `json:"accept,omitempty"` // decides between the forms of one answer
	Status      int             `json:"status"`
	ContentType string          `json:"contentType"`
	JSON        json.RawMessage `json:"json,omitempty"`
	Gzip        []byte          `json:"gzip,omitempty"` // the body, when it is large or not JSON
}

// SetBody keeps small JSON readable and packs the rest.
func (e *Exchange) SetBody(body []byte) error {
	if len(body) < 4096 && json.Valid(body) {
		e.JSON = body
		return nil
	}
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := writer.Write(body); err != nil {
		return err
	}
	err = writer.Close()
	e.Gzip = packed.Bytes()
	return err
}

// Body is what the server sent.
func (e Exchange) Body() ([]byte, error) {
	if e.Gzip == nil {
		return e.JSON, nil
	}
	reader, err := gzip.NewReader(bytes.NewReader(e.Gzip))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// Load reads a recording, made by the command record.
func Load(file string) ([]Exchange, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var exchanges []Exchange
	return exchanges, json.Unmarshal(text, &exchanges)
}

// Save writes a recording, one exchange on a line, so that a change shows in a diff.
func Save(file string, exchanges []Exchange) error {
	lines := make([]string, len(exchanges))
	for i, exchange := range exchanges {
		line, err := json.Marshal(exchange)
		if err != nil {
			return err
		}
		lines[i] = string(line)
	}
	return os.WriteFile(file, []byte("[\n"+strings.Join(lines, ",\n")+"\n]\n"), 0o644)
}

// Path is what a request asks for. Its timeout, which differs between clients, changes no answer.
func Path(request *http.Request) string {
	query := request.URL.Query()
	query.Del("timeout")
	if len(query) == 0 {
		return request.URL.Path
	}
	return request.URL.Path + "?" + query.Encode()
}

// IsWrite says whether a request would change the cluster.
func IsWrite(request *http.Request) bool {
	switch request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return true
}

func (e Exchange) String() string {
	return fmt.Sprintf("%d %7d %-28.28s %s", e.Status, len(e.JSON)+len(e.Gzip), e.ContentType, e.Path)
}
