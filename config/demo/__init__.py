"""The demo province: made up from facts about its communes, the same for the same seed and day."""
