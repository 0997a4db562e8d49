#!/usr/bin/env bash
# Makes the certificates that gateways and cloud show to Kafka. Needs openssl.
#   certificates.sh authority DIR         a certificate authority of your own, once
#   certificates.sh client DIR NAME       a gateway's or the cloud's: NAME.pem and NAME.key
#   certificates.sh broker DIR HOST       a broker's: HOST.pem and HOST.key, valid for this host name or address
# Keep DIR/authority.key where no gateway can read it.
set -euo pipefail
days=1825
usage() { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }

sign() { # sign DIR NAME EXTENSIONS
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1/$2.key" -out "$1/$2.csr" 2>/dev/null
  openssl x509 -req -in "$1/$2.csr" -CA "$1/authority.pem" -CAkey "$1/authority.key" -CAcreateserial -days $days \
    -extfile <(echo "$3") -out "$1/$2.pem" 2>/dev/null
  rm "$1/$2.csr"
}

umask 077
[[ ${3:-} =~ ^[A-Za-z0-9._-]*$ ]] || { echo "certificates.sh: a name may hold letters, digits and . _ - only" >&2; exit 2; }
case "${1:-}:$#" in
  authority:2)
    [ ! -e "$2/authority.key" ] || { echo "certificates.sh: $2/authority.key is there already" >&2; exit 1; }
    mkdir -p "$2"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=EdgeGateway authority" -days $days \
      -keyout "$2/authority.key" -out "$2/authority.pem" 2>/dev/null
    ;;
  client:3) sign "$2" "$3" "extendedKeyUsage=clientAuth" ;;
  broker:3)
    kind=DNS
    if [[ $3 =~ ^[0-9.]+$ ]]; then kind=IP; fi
    sign "$2" "$3" "$(printf 'extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=%s:%s' $kind "$3")"
    ;;
  *) usage ;;
esac
