// loopback-forward listens on the host's loopback and carries every connection into a network namespace,
// so that programs of the host reach the cluster without entering it.
//
// Usage: loopback-forward -netns /run/netns/NAME -to ADDRESS:PORT -announce FILE
//
// The port is chosen by the kernel and written to FILE.
package main

import (
	"flag"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/vishvananda/netns"
)

func main() {
	path := flag.String("netns", "", "file of the network namespace to dial in")
	to := flag.String("to", "", "address and port to dial there")
	announce := flag.String("announce", "", "file that gets the port")
	flag.Parse()

	inside, err := netns.GetFromPath(*path)
	if err != nil {
		log.Fatalf("%s: %v", *path, err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := os.WriteFile(*announce, []byte(strconv.Itoa(port)), 0o644); err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go forward(connection.(*net.TCPConn), inside, *to)
	}
}

// forward carries one connection in both directions until each end has closed.
func forward(outer *net.TCPConn, inside netns.NsHandle, to string) {
	defer outer.Close()
	inner, err := dialInside(inside, to)
	if err != nil {
		log.Print(err)
		return
	}
	defer inner.Close()
	done := make(chan struct{})
	go func() {
		io.Copy(inner, outer)
		inner.CloseWrite()
		close(done)
	}()
	io.Copy(outer, inner)
	outer.CloseWrite()
	<-done
}

// dialInside connects from within the namespace. The thread that entered it is never unlocked, so that it ends with
// its goroutine and no other goroutine runs on it.
func dialInside(inside netns.NsHandle, to string) (*net.TCPConn, error) {
	type result struct {
		connection net.Conn
		err        error
	}
	results := make(chan result)
	go func() {
		runtime.LockOSThread()
		if err := netns.Set(inside); err != nil {
			results <- result{nil, err}
			return
		}
		connection, err := net.DialTimeout("tcp", to, 5*time.Second)
		results <- result{connection, err}
	}()
	r := <-results
	if r.err != nil {
		return nil, r.err
	}
	return r.connection.(*net.TCPConn), nil
}
