//! The module's memory: taken from one end, never freed piece by piece. What a question took is given back as a whole once
//! its answer was read (`release`), down to where the memory stood when the core had read its defaults (`keep`).
//!
//! An allocator that frees costs a fifth of the time and 50 kB, most of which is the code that takes large types apart.

#![allow(unsafe_code, reason = "an allocator, in a module that has one thread")]

use core::arch::wasm32::{memory_grow, memory_size};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr::null_mut;

const PAGE: usize = 1 << 16;
/// Pages that are taken at once: asking for each would cost more.
const STEP: usize = 16;

pub struct Arena {
    /// The first free byte; 0 before the first allocation.
    next: Cell<usize>,
    /// What is below stays.
    kept: Cell<usize>,
}

// wasm32-unknown-unknown without atomics has one thread
unsafe impl Sync for Arena {}

impl Arena {
    pub const fn new() -> Self {
        Self { next: Cell::new(0), kept: Cell::new(0) }
    }

    /// All that is there now stays.
    pub fn keep(&self) {
        self.kept.set(self.next.get());
    }

    /// Gives back what came after [`keep`](Self::keep). Nothing of that may be in use.
    pub unsafe fn release(&self) {
        self.next.set(self.kept.get());
    }

    /// Makes everything below `end` memory.
    fn reach(end: usize) -> bool {
        let missing = end.saturating_sub(memory_size(0) * PAGE).div_ceil(PAGE);
        missing == 0 || memory_grow(0, missing.max(STEP)) != usize::MAX
    }
}

unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let next = match self.next.get() {
            0 => memory_size(0) * PAGE, // behind the stack and the data
            next => next,
        };
        let start = next.next_multiple_of(layout.align());
        let Some(end) = start.checked_add(layout.size()).filter(|end| Self::reach(*end)) else { return null_mut() };
        self.next.set(end);
        start as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}

    /// In place where nothing came after it, as with a text that grows.
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if old as usize + layout.size() == self.next.get() && Self::reach((old as usize).saturating_add(size)) {
            self.next.set(old as usize + size);
            return old;
        }
        if size <= layout.size() {
            return old;
        }
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                old.copy_to_nonoverlapping(new, layout.size());
            }
            new
        }
    }
}
