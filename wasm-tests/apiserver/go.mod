module github.com/sparkwasm/sparkwasm/wasm-tests/apiserver

go 1.26.0
