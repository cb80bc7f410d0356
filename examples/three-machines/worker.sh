#!/bin/sh
# A machine of the name that is given: runs the commands that name it.
exec npx millrace work machines --run-commands --output last-line --name "${1:?say the name of this machine}"
