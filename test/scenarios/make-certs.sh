#!/bin/sh
# Makes the certificates of the scenarios: a small CA, and one leaf for each Secret.
# usage: CERTS=FOLDER make-certs.sh               everything, as FOLDER/<scenario>/generated/secrets.yaml
#        CERTS=FOLDER make-certs.sh --leaf HOST   one more leaf, as FOLDER/renewed-HOST/{key,cert}.pem
# The folder does not belong into version control. An existing CA is kept; leaves are made anew on every run.
set -eu
out=${CERTS:?names the folder for the certificates}
umask 077
mkdir -p "$out"

if [ ! -f "$out/minica-key.pem" ]; then
  openssl ecparam -name secp384r1 -genkey -noout -out "$out/minica-key.pem"
  openssl req -x509 -new -sha256 -key "$out/minica-key.pem" -days 90 -subj "/CN=minica root ca" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -out "$out/minica.pem"
fi

# leaf <folder> <common name and dns name> <ec|rsa>
leaf() {
  dir=$out/$1; name=$2
  mkdir -p "$dir"
  if [ "$3" = rsa ]; then
    openssl genrsa -out "$dir/key.pem" 2048 2>/dev/null
  else
    openssl ecparam -name prime256v1 -genkey -noout -out "$dir/key.pem"
  fi
  openssl req -new -sha256 -key "$dir/key.pem" -subj "/CN=$name" -out "$dir/csr.pem"
  {
    echo "basicConstraints=critical,CA:FALSE"
    echo "keyUsage=critical,digitalSignature,keyEncipherment"
    echo "extendedKeyUsage=serverAuth"
    echo "subjectAltName=DNS:$name"
  } > "$dir/ext.cnf"
  openssl x509 -req -sha256 -in "$dir/csr.pem" -CA "$out/minica.pem" -CAkey "$out/minica-key.pem" -CAcreateserial \
    -days 90 -extfile "$dir/ext.cnf" -out "$dir/cert.pem" 2>/dev/null
  rm -f "$dir/csr.pem" "$dir/ext.cnf"
}

# secret <scenario> <namespace> <secret name> <folder of the pair>
secret() {
  file=$out/$1/generated/secrets.yaml
  mkdir -p "$out/$1/generated"
  {
    echo "---"
    echo "apiVersion: v1"
    echo "kind: Secret"
    echo "metadata:"
    echo "  name: $3"
    echo "  namespace: $2"
    echo "type: kubernetes.io/tls"
    echo "data:"
    echo "  tls.crt: $(openssl base64 -A -in "$out/$4/cert.pem")"
    echo "  tls.key: $(openssl base64 -A -in "$out/$4/key.pem")"
  } >> "$file"
}

if [ "${1:-}" = --leaf ]; then
  leaf "renewed-$2" "$2" ec
  exit
fi

leaf _.cilium.rocks            '*.cilium.rocks'            ec
leaf echo.cloud.ogenki.io      echo.cloud.ogenki.io        rsa
leaf _.cloud.ogenki.io         '*.cloud.ogenki.io'         ec
leaf secure-1.cloud.ogenki.io  secure-1.cloud.ogenki.io    ec
leaf secure-2.cloud.ogenki.io  secure-2.cloud.ogenki.io    rsa

rm -f "$out"/*/generated/secrets.yaml
secret 02-bookinfo-https          default        demo-cert     _.cilium.rocks
secret 10-echo-tls-cert-manager   echo           echo-tls      echo.cloud.ogenki.io
secret 11-https-redirect          echo           echo-tls      echo.cloud.ogenki.io
secret 12-tls-passthrough         echo           secure-1-cert secure-1.cloud.ogenki.io
secret 12-tls-passthrough         echo           secure-2-cert secure-2.cloud.ogenki.io
secret 13-shared-platform-gateway infrastructure platform-tls  _.cloud.ogenki.io
secret 14-split-95-5              echo           platform-tls  _.cloud.ogenki.io
secret 15-header-filters          echo           echo-tls      echo.cloud.ogenki.io
secret 23-grpc-route              echo           platform-tls  _.cloud.ogenki.io
