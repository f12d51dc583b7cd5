"""The rules of a sale: basket, tenders, what may still be refunded. Pure; no disk, no screen."""
