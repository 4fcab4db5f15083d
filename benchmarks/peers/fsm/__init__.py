"""django-fsm-2 with django-fsm-log, its description being the entry that is hashed and chained."""
