/** Its first step waits until the file `go` stands in the project; the second one follows it. */
export const WAITING = `
steps:
  - id: wait
    type: command
    script: |
      echo waiting
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.02; done
  - id: after
    type: command
    dependencies: [wait]
    script: echo done
`;
