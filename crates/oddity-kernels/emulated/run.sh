#!/usr/bin/env bash
# Builds the program and runs it on Bochs: run.sh BOCHS, the folder of a Bochs that was built with
# `./configure --enable-x86-64 --enable-avx --enable-evex --enable-amx --with-nogui --enable-pci`.
# Needs gcc, xorriso, and the boot loader of Debian's packages isolinux and syslinux-common.
set -euo pipefail
bochs=$(cd "$1" && pwd)
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/image/isolinux"

rustc --edition 2024 --crate-type staticlib --emit obj -C panic=abort -C opt-level=2 \
  -C relocation-model=static -o "$work/main.o" main.rs
gcc -c boot.S -o "$work/boot.o"
gcc -O1 -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns -fno-pic -c memory.c \
  -o "$work/memory.o"
libraries=$(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/lib
ld -n -static --gc-sections -T link.ld -o "$work/program" "$work"/{boot,main,memory}.o \
  "$libraries"/libcore-*.rlib "$libraries"/libcompiler_builtins-*.rlib
objcopy -O elf32-i386 "$work/program" "$work/image/program"

cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/{ldlinux,mboot,libcom32}.c32 \
  "$work/image/isolinux"
printf 'default t\nlabel t\n kernel mboot.c32\n append /program\n' \
  > "$work/image/isolinux/isolinux.cfg"
xorriso -as mkisofs -quiet -o "$work/image.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat \
  -no-emul-boot -boot-load-size 4 -boot-info-table "$work/image"
sed "s|BOCHS|$bochs|; s|WORK|$work|" bochsrc > "$work/bochsrc"
# The machine does not switch itself off.
timeout 60 "$bochs/bochs" -q -f "$work/bochsrc" > "$work/output" 2>&1 || true
sed -n '/^begin/,$p' "$work/output"
grep -q '^ok' "$work/output"
