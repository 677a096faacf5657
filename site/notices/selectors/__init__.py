"""Questions about notices, wishes and due work, one module for each noun."""
