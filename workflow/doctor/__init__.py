"""The doctor: looks whether reminders go out, and says in words what is wrong and what to do."""
