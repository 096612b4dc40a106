// The two functions that Traefik's fork adds to abbot/go-http-auth (a fork that is not in the Go module proxy).
package auth

import (
	"net/http"
	"strings"
)

// CheckSecret reports whether password matches the stored secret.
func CheckSecret(password, secret string) bool {
	compare := compareFuncs[0].compare
	for _, cmp := range compareFuncs[1:] {
		if strings.HasPrefix(secret, cmp.prefix) {
			compare = cmp.compare
			break
		}
	}
	return compare([]byte(secret), []byte(password)) == nil
}

// RequireAuthStale asks again after a stale nonce.
func (da *DigestAuth) RequireAuthStale(w http.ResponseWriter, r *http.Request) { da.RequireAuth(w, r) }
