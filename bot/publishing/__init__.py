"""Flow 3: approved articles → followers' phones, exactly once."""
