package apiserver

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
)

// Server replays a recording. What was not recorded it answers as an empty cluster would: not found, or an empty
// list. It keeps what was asked.
type Server struct {
	exchanges []Exchange
	lock      sync.Mutex
	reads     []string
	writes    []string
}

// NewServer makes a server that gives these answers.
func NewServer(exchanges []Exchange) *Server { return &Server{exchanges: exchanges} }

// Reads lists the paths that were asked for.
func (s *Server) Reads() []string { s.lock.Lock(); defer s.lock.Unlock(); return s.reads }

// Writes lists the requests that would have changed a cluster.
func (s *Server) Writes() []string { s.lock.Lock(); defer s.lock.Unlock(); return s.writes }

func (s *Server) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if IsWrite(request) {
		s.writes = append(s.writes, request.Method+" "+Path(request))
		status(response, http.StatusMethodNotAllowed, "a recording takes no writes")
		return
	}
	s.reads = append(s.reads, Path(request))
	exchange, known := s.answer(request)
	if !known {
		s.unknown(response, request)
		return
	}
	body, err := exchange.Body()
	if err != nil {
		status(response, http.StatusInternalServerError, err.Error())
		return
	}
	response.Header().Set("Content-Type", exchange.ContentType)
	response.WriteHeader(exchange.Status)
	_, _ = response.Write(body)
}

// answer finds the exchange of the same path, that of the same Accept header first: clients differ in what they
// ask for by version, and any recorded form serves.
func (s *Server) answer(request *http.Request) (found Exchange, known bool) {
	for _, exchange := range s.exchanges {
		if exchange.Path != Path(request) {
			continue
		}
		if exchange.Accept == request.Header.Get("Accept") {
			return exchange, true
		}
		if !known {
			found, known = exchange, true
		}
	}
	return found, known
}

func (s *Server) unknown(response http.ResponseWriter, request *http.Request) {
	if request.URL.Query().Has("labelSelector") { // a list; nothing here is asked for by name and by label at once
		response.Header().Set("Content-Type", "application/json")
		fmt.Fprint(response, `{"kind":"List","apiVersion":"v1","metadata":{},"items":[]}`)
		return
	}
	status(response, http.StatusNotFound, "not recorded, so not there: "+request.URL.Path)
}

// status answers an error in Kubernetes' form.
func status(response http.ResponseWriter, code int, message string) {
	reason := strings.ReplaceAll(http.StatusText(code), " ", "")
	response.Header().Set("Content-Type", "application/json")
	response.WriteHeader(code)
	fmt.Fprintf(response, `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d}`, message, reason, code)
}

// Kubeconfig writes a temporary kubeconfig whose only context is the server of this address, without credentials.
func Kubeconfig(address string) (file string, err error) {
	kubeconfig, err := os.CreateTemp("", "kubeconfig-")
	if err != nil {
		return "", err
	}
	defer kubeconfig.Close()
	_, err = fmt.Fprintf(kubeconfig, `apiVersion: v1
kind: Config
clusters: [{name: it, cluster: {server: %q}}]
users: [{name: it, user: {}}]
contexts: [{name: it, context: {cluster: it, user: it}}]
current-context: it
`, address)
	return kubeconfig.Name(), err
}
