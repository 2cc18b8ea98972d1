# MicroPython's own build asks for this file; what there is to say, tools/frozen/build says on the command line.
PROG = micropython
