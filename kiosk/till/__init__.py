"""The till: one method is one transaction; its tables, its thread, and the papers it hands out."""
