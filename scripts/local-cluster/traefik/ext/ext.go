// Package ext: the empty extension points Traefik expects (its own copy is a nested module that the Go module proxy does not carry).
package ext

type HTTP struct{}

type Router struct{}
