"""What mail domains publish in the DNS, and what their mail servers show."""
