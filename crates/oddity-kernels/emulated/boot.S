# From a boot loader to 64 bits, with vectors and tiles switched on.
.section .multiboot,"a"
.align 4
.long 0x1BADB002, 0, -(0x1BADB002)
.section .text.boot,"ax"
.code32
.global _start
_start:
  cli
  movl $stack_top, %esp
  movl $pdpt, %eax; orl $3, %eax; movl %eax, pml4
  movl $pd, %eax; orl $3, %eax; movl %eax, pdpt
  movl $pd, %edi; movl $0x83, %eax; movl $512, %ecx
1: movl %eax, (%edi); movl $0, 4(%edi); addl $8, %edi; addl $0x200000, %eax; loop 1b
  movl %cr4, %eax; orl $0x40620, %eax; movl %eax, %cr4
  movl $pml4, %eax; movl %eax, %cr3
  movl $0xC0000080, %ecx; rdmsr; orl $0x100, %eax; wrmsr
  movl %cr0, %eax; andl $~0xC, %eax; orl $0x80000002, %eax; movl %eax, %cr0
  lgdt gdtr
  ljmp $8, $long
.code64
long:
  mov $16, %eax; mov %eax, %ds; mov %eax, %es; mov %eax, %ss
  xor %ecx, %ecx; xgetbv; mov $0x600e7, %eax; xor %edx,%edx; xsetbv
  mov $stack_top, %rsp
  call bare_main
2: hlt; jmp 2b
.section .data
.align 16
gdt: .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdtr: .word 23; .long gdt
.section .bss
.align 4096
pml4: .skip 4096
pdpt: .skip 4096
pd: .skip 4096
stack: .skip 1048576
stack_top:
