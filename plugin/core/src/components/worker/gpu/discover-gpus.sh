#!/bin/bash
# Prints the worker's GPUs as Spark asks of a discovery script: {"name": "gpu", "addresses": ["0", "1"]}.
# An address is a number or name for CUDA_VISIBLE_DEVICES in this container, where numbers begin at 0 on every node.

numbered() { seq 0 $(($1 - 1)); }

case ${NVIDIA_VISIBLE_DEVICES:-} in
  MIG-*) addresses=${NVIDIA_VISIBLE_DEVICES//,/ } ;; # parts of a GPU: no numbers, names
  *)
    if devices=$(nvidia-smi --query-gpu=index --format=csv,noheader 2>/dev/null | grep -Ex ' *[0-9]+ *'); then
      addresses=$devices
    elif [[ ${NVIDIA_VISIBLE_DEVICES:-} =~ ^(GPU-|[0-9]) ]]; then
      IFS=, read -ra devices <<<"$NVIDIA_VISIBLE_DEVICES"
      addresses=$(numbered ${#devices[@]})
    else
      addresses=$(numbered "$WORKER_GPU_AMOUNT") # the kubelet starts no container without the devices that it asks for
    fi
    ;;
esac

list=
for address in $addresses; do list+="${list:+, }\"$address\""; done
echo "{\"name\": \"gpu\", \"addresses\": [$list]}"
