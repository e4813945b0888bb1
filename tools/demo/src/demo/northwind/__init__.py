"""The Northwind order book: 830 orders that nobody wrote for this system, as the ERP would export them."""

from demo.northwind.orders import COMPANIES, Article, Order, orders

__all__ = ["COMPANIES", "Article", "Order", "orders"]
